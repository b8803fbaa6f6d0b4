-- question: What the file of standing orders itself is like: blanks are no missing values here
-- report: report r over source orders { records: count(record)  blank: count(record where k_symbol = " ")  repeated: count(record) - distinct(record)  banks: distinct(bank_to)  total: round(sum(number(amount)), 2) }
-- row: 6471|1379|0|13|21228993.6
SELECT count(*), sum(k_symbol = ' '), count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM raw_order)),
       count(DISTINCT bank_to), round(sum(CAST(amount AS REAL)), 2) FROM raw_order;
