-- question: The same people at the end of September 1997
-- as of: 1997-09-30
-- report: report r per bought: count(purchase) > 2 { n: count  dollars: sum(sum(purchase.dollars)) }
-- row: no|1837|70533.65
-- row: yes|520|102581.9
SELECT CASE WHEN n > 2 THEN 'yes' ELSE 'no' END, count(*), sum(s) / 100.0 FROM
 (SELECT p.id, sum(b.day <= '1997-09-30') AS n, coalesce(sum(CASE WHEN b.day <= '1997-09-30' THEN b.cents END), 0) AS s FROM person p JOIN bought b ON b.id = p.id GROUP BY p.id) GROUP BY 1 ORDER BY 1;
