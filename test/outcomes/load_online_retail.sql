DELETE FROM data.online_retail WHERE "CustomerID" IS NULL;
ALTER TABLE data.online_retail ALTER "CustomerID" TYPE int USING "CustomerID"::numeric::int, ALTER "InvoiceDate" TYPE timestamptz USING ("InvoiceDate" || 'Z')::timestamptz;
-- Customers before September 2011, and who of them buys in the three months from then on.
CREATE TABLE data.customers AS
SELECT "CustomerID" AS customer, timestamptz '2011-09-01Z' AS at, bool_or("InvoiceDate" >= '2011-09-01Z' AND "InvoiceDate" < '2011-12-01Z' AND "InvoiceNo" NOT LIKE 'C%') AS buys
  FROM data.online_retail GROUP BY 1 HAVING min("InvoiceDate") < '2011-09-01Z';
ALTER TABLE data.customers ADD PRIMARY KEY (customer);
SELECT split('data.customers', 'customer', 'buys') \g /dev/null
CREATE INDEX ON data.online_retail ("CustomerID");
VACUUM ANALYZE data.online_retail, data.customers;
