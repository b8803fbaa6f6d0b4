-- question: Discs a purchase by the day of the week
-- report: report r over purchase per weekday(at) { n: count  discs: sum(purchase.discs)  above: count(purchase where discs > 3)  mean: round(avg(discs), 3) }
-- row: 1|1072|2571|180|2.398
-- row: 2|1080|2501|167|2.316
-- row: 3|963|2164|141|2.247
-- row: 4|1003|2414|182|2.407
-- row: 5|913|2147|150|2.352
-- row: 6|903|2189|170|2.424
-- row: 7|985|2493|200|2.531
SELECT (CAST(strftime('%w', day) AS INTEGER) + 6) % 7 + 1 AS weekday, count(*), sum(discs), sum(discs > 3), round(avg(discs), 3) FROM bought GROUP BY weekday ORDER BY weekday;
