ALTER TABLE data.xeducation ALTER "Converted" TYPE boolean USING "Converted" = 1, ADD PRIMARY KEY ("Prospect ID");
SELECT split('data.xeducation', 'Prospect ID', 'Converted') \g /dev/null
VACUUM ANALYZE data.xeducation;
