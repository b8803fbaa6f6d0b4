-- question: The average balance after payments of the year is above 40,000
-- filter: avg(debit.balance, last 365 days) > 40k
-- 筛选: 平均（出账.余额，近365天） > 4万
-- yes: 311
-- no: 797
-- unknown: 4261
-- sum of ids: 1303123
SELECT p.id, (SELECT avg(balance) FROM paid_out m WHERE m.id = p.id AND day >= '1993-03-31') > 4000000 AS answer FROM person p;
