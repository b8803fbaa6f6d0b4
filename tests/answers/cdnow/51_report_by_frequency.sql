-- question: People by how often they bought
-- report: report r per often: if count(purchase) = 1 then "1 once" else if count(purchase) <= 3 then "2 few" else "3 many" { n: count  dollars: sum(sum(purchase.dollars))  middle: median(sum(purchase.dollars))  most: max(count(purchase)) }
-- row: 1 once|1205|36673.38|19.99|1
-- row: 2 few|614|47304.3|58.885|3
-- row: 3 many|538|160114.26|190.775|56
SELECT CASE WHEN n = 1 THEN '1 once' WHEN n <= 3 THEN '2 few' ELSE '3 many' END AS often, count(*), sum(cents) / 100.0, median(cents) / 100.0, max(n)
FROM person GROUP BY often ORDER BY often;
