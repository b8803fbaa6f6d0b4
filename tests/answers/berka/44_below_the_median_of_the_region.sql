-- question: In the lower half of the region by last balance
-- filter: quantile(balance_now, 2 per region) = 1
-- 筛选: 分位（当前余额，2 每个 大区） = 1
-- yes: 615
-- no: 614
-- unknown: 4140
-- sum of ids: 1825758
SELECT p.id, CASE WHEN b.balance IS NULL THEN NULL ELSE
   (SELECT 1 + 2 * sum(q.balance < b.balance) / count(*) FROM person o JOIN last_balance q ON q.id = o.id WHERE o.region = p.region) = 1 END AS answer
FROM person p LEFT JOIN last_balance b ON b.id = p.id;
