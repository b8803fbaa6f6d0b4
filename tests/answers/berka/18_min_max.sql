-- question: The account was never below 5,000 and once above 60,000
-- filter: min(debit.balance) >= 5000 and max(credit.balance) > 60k
-- 筛选: 最小（出账.余额） >= 5千 且 最大（入账.余额） > 6万
-- yes: 429
-- no: 799
-- unknown: 4141
-- sum of ids: 1714732
SELECT p.id, (SELECT min(balance) FROM paid_out m WHERE m.id = p.id) >= 500000 AND (SELECT max(balance) FROM paid_in m WHERE m.id = p.id) > 6000000 AS answer FROM person p;
