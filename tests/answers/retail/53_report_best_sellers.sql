-- question: What was bought most often
-- report: report r over purchase per stock { lines: count  pieces: sum(quantity)  buyers: distinct(customer)  order by lines desc, stock  top 5 }
-- row: 85123A|494|10901|332
-- row: 22423|360|3355|268
-- row: 22469|319|5604|250
-- row: 22720|309|1951|245
-- row: 22470|269|3495|212
SELECT stock, count(*), sum(quantity), count(DISTINCT id) FROM bought GROUP BY stock ORDER BY count(*) DESC, stock LIMIT 5;
