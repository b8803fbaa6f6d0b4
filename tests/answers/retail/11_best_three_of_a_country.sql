-- question: The three of each country who spent most, no place shared
-- filter: top 3 by sum(purchase.amount) per country ties by id
-- 筛选: 前列 3 按 合计（购买.金额） 每个 国家 同分按编号
-- yes: 68
-- no: 1681
-- unknown: 0
-- sum of ids: 891585
SELECT id, row_number() OVER (PARTITION BY country ORDER BY pence DESC, id DESC) <= 3 AS answer
FROM (SELECT p.id, p.country, (SELECT coalesce(sum(b.pence), 0) FROM bought b WHERE b.id = p.id) AS pence FROM person p);
