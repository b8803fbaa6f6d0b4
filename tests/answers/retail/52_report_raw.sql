-- question: The file itself: who is missing, what is repeated
-- report: report r over source lines { records: count(record)  nobody: count(record where CustomerID = "")  cancelled: count(record where InvoiceNo starts with "C")  free: count(record where number(UnitPrice) = 0)  repeated: count(record) - distinct(record) }
-- row: 105335|36210|1904|540|975
SELECT count(*), sum(CustomerID = ''), sum(InvoiceNo LIKE 'C%'), sum(CAST(UnitPrice AS REAL) = 0),
       count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM line)) FROM line;
