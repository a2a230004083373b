ALTER TABLE data.hillstrom ADD id serial PRIMARY KEY, ALTER visit TYPE boolean USING visit = 1, ALTER conversion TYPE boolean USING conversion = 1;
SELECT split('data.hillstrom', 'id', 'visit', 'hillstrom:') \g /dev/null
VACUUM ANALYZE data.hillstrom;
