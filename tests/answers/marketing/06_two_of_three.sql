-- question: Two of: a mortgage, a loan, a balance below zero
-- filter: at least 2 of (housing, borrows, balance < 0)
-- yes: 6807
-- no: 38404
-- unknown: 0
-- sum of ids: 132689123
SELECT id, housing + borrows + (balance < 0) >= 2 AS answer FROM person;
