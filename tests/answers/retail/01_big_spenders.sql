-- question: Bought for more than 5,000 pounds
-- filter: sum(purchase.amount) > 5000
-- 筛选: 合计（购买.金额） > 5000
-- yes: 38
-- no: 1711
-- unknown: 0
-- sum of ids: 565631
SELECT id, coalesce((SELECT sum(pence) FROM bought b WHERE b.id = p.id), 0) > 500000 AS answer FROM person p;
