-- question: Income of the three whole months before this one is 30,000 or more
-- filter: sum(credit.amount, last 3 whole months) >= 30k
-- 筛选: 合计（入账.金额，近3整月） >= 3万
-- yes: 675
-- no: 4694
-- unknown: 0
-- sum of ids: 2665807
SELECT p.id, coalesce((SELECT sum(amount) FROM paid_in m WHERE m.id = p.id AND day BETWEEN '1993-12-01' AND '1994-02-28'), 0) >= 3000000 AS answer FROM person p;
