-- question: Money from or to three banks or more
-- filter: distinct(debit.bank) + distinct(credit.bank) >= 3
-- 筛选: 去重数（出账.对方银行） + 去重数（入账.对方银行） >= 3
-- yes: 159
-- no: 5210
-- unknown: 0
-- sum of ids: 501197
SELECT p.id, (SELECT count(DISTINCT bank) FROM paid_out m WHERE m.id = p.id) + (SELECT count(DISTINCT bank) FROM paid_in m WHERE m.id = p.id) >= 3 AS answer FROM person p;
