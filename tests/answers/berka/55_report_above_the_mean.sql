-- question: People in districts with more crimes than is usual in their region; one district does not say
-- report: report r per region { mean: round(avg(customer.crimes), 1)  above: count(customer where crimes > mean) }
-- row: Prague|85677|0
-- row: central Bohemia|3384.1|318
-- row: east Bohemia|2807.7|255
-- row: north Bohemia|4823|268
-- row: north Moravia|9097|453
-- row: south Bohemia|2116.9|102
-- row: south Moravia|5393.8|155
-- row: west Bohemia|2386.1|194
SELECT p.region, m.mean, sum(p.crimes > m.mean) FROM person p
JOIN (SELECT region, round(avg(crimes), 1) AS mean FROM person GROUP BY region) m ON m.region = p.region
GROUP BY p.region ORDER BY p.region;
