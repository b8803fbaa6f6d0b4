-- question: Spent more this month than in the whole month before
-- filter: sum(debit.amount, this month) > sum(debit.amount, previous month)
-- 筛选: 合计（出账.金额，本月） > 合计（出账.金额，上月）
-- yes: 695
-- no: 4674
-- unknown: 0
-- sum of ids: 2406606
SELECT p.id, coalesce((SELECT sum(amount) FROM paid_out m WHERE m.id = p.id AND day >= '1994-03-01'), 0) > coalesce((SELECT sum(amount) FROM paid_out m WHERE m.id = p.id AND day BETWEEN '1994-02-01' AND '1994-02-28'), 0) AS answer FROM person p;
