-- question: Bought in the last 90 days, five times in all, 20 dollars at least each time on average
-- filter: any(purchase, last 90 days) and count(purchase) >= 5 and avg(purchase.dollars) >= 20
-- yes: 164
-- no: 2193
-- unknown: 0
-- sum of ids: 199293
SELECT id, last >= date('1998-06-30', '-89 days') AND n >= 5 AND cents >= 2000 * n AS answer FROM person;
