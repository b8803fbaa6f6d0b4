-- question: In the best fifth for how lately, how often and how much
-- filter: quintile(days since last(purchase).at) = 1 and quintile(count(purchase)) = 5 and quintile(sum(purchase.dollars)) = 5
-- yes: 234
-- no: 2123
-- unknown: 0
-- sum of ids: 281933
SELECT id, 1 + 5 * (rank() OVER (ORDER BY last DESC) - 1) / (SELECT count(*) FROM person) = 1
   AND 1 + 5 * (rank() OVER (ORDER BY n) - 1) / (SELECT count(*) FROM person) = 5
   AND 1 + 5 * (rank() OVER (ORDER BY cents) - 1) / (SELECT count(*) FROM person) = 5 AS answer FROM person;
