-- question: The five who spent most
-- report: report r per id { dollars: sum(sum(purchase.dollars))  order by dollars desc  top 5 }
-- row: 1901|6552.7
-- row: 0509|1943.58
-- row: 1981|1747.58
-- row: 1081|1625.04
-- row: 1560|1548.28
SELECT id, cents / 100.0 FROM person ORDER BY cents DESC, id LIMIT 5;
