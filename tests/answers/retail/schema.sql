-- Lines that name a customer; pence, so that sums are exact. A half penny is rounded away from zero.

CREATE TABLE known AS
SELECT substr(CustomerID, 1, instr(CustomerID, '.') - 1) AS id, InvoiceNo AS invoice, StockCode AS stock,
       CAST(Quantity AS INTEGER) AS quantity, InvoiceDate AS at, substr(InvoiceDate, 1, 10) AS day,
       CAST(UnitPrice AS REAL) AS price, Country AS country, rowid AS number
FROM line WHERE CustomerID <> '';

CREATE TABLE bought AS
SELECT *, CAST(round(quantity * price * 100) AS INTEGER) AS pence FROM known
WHERE invoice NOT LIKE 'C%' AND quantity > 0 AND price > 0;
CREATE INDEX bought_id ON bought (id);

CREATE TABLE returned AS SELECT * FROM known WHERE invoice LIKE 'C%';

-- The last line that names a customer says the country.
CREATE TABLE person AS
SELECT id, country FROM (SELECT id, country, max(number) FROM known GROUP BY id);
