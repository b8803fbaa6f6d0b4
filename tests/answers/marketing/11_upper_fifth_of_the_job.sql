-- question: In the upper fifth by balance of those of the same job who subscribed; unknown for whoever has no place there
-- filter: quintile(balance among subscribed per job) = 5
-- 筛选: 五分位（余额 范围内 已订购 每个 职业） = 5
-- yes: 1039
-- no: 4216
-- unknown: 39956
-- sum of ids: 35778251
SELECT p.id, r.answer FROM person p LEFT JOIN
   (SELECT id, 1 + 5 * (rank() OVER (PARTITION BY job ORDER BY balance) - 1) / count(*) OVER (PARTITION BY job) = 5 AS answer
    FROM person WHERE subscribed AND job IS NOT NULL) r ON r.id = p.id;
