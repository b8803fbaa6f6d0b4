-- question: Spent more in the last six months than in the six before
-- filter: sum(purchase.dollars, last 6 months) > sum(purchase.dollars, previous 6 months)
-- 筛选: 合计（购买.金额，近6个月） > 合计（购买.金额，前6个月）
-- yes: 338
-- no: 2019
-- unknown: 0
-- sum of ids: 414397
SELECT p.id, coalesce((SELECT sum(cents) FROM bought b WHERE b.id = p.id AND day BETWEEN '1997-12-31' AND '1998-06-30'), 0)
     > coalesce((SELECT sum(cents) FROM bought b WHERE b.id = p.id AND day BETWEEN '1997-07-01' AND '1997-12-30'), 0) AS answer FROM person p;
