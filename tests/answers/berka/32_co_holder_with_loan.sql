-- question: The other holder of the account has a loan at the end of 1998
-- filter: any co_holder (any(loan))
-- 筛选: 任一 共同持有人（有（贷款））
-- as of: 1998-12-31
-- yes: 145
-- no: 5224
-- unknown: 0
-- sum of ids: 1074533
SELECT p.id, EXISTS (SELECT 1 FROM shares s JOIN lent l ON l.id = s.other WHERE s.id = p.id) AS answer FROM person p;
