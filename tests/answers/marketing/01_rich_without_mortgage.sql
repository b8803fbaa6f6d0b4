-- question: More than 5,000 on the account and no mortgage
-- filter: balance > 5000 and housing = no
-- 筛选: 余额 > 5000 且 有房贷 = 否
-- yes: 1522
-- no: 43689
-- unknown: 0
-- sum of ids: 41984272
SELECT id, balance > 500000 AND NOT housing AS answer FROM person;
