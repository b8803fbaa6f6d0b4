-- question: More than 180 days between two neighbouring orders; unknown with fewer than two
-- filter: gap(purchase) > 180
-- 筛选: 最长间隔（购买） > 180
-- yes: 475
-- no: 677
-- unknown: 1205
-- sum of ids: 564667
SELECT p.id, (SELECT CASE WHEN count(*) < 2 THEN NULL ELSE max(coalesce(days, 0)) > 180 END
   FROM (SELECT julianday(day) - lag(julianday(day)) OVER (ORDER BY day) AS days FROM bought b WHERE b.id = p.id)) AS answer FROM person p;
