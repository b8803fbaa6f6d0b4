-- question: The average CD cost more than 15 dollars; of purchases without a CD nothing can be said
-- filter: sum(purchase.dollars) / sum(purchase.discs) > 15
-- yes: 826
-- no: 1531
-- unknown: 0
-- sum of ids: 943643
SELECT id, cents / 100.0 / nullif(discs, 0) > 15 AS answer FROM person;
