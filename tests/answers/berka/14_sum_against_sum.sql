-- question: Less than half of what was spent in the 30 days before, of at least three payments
-- filter: sum(debit.amount, last 30 days) < 50% * sum(debit.amount, previous 30 days) and count(debit, previous 30 days) >= 3
-- 筛选: 合计（出账.金额，近30天） < 50% × 合计（出账.金额，前30天） 且 次数（出账，前30天） >= 3
-- yes: 71
-- no: 5298
-- unknown: 0
-- sum of ids: 298420
SELECT p.id, coalesce((SELECT sum(amount) FROM paid_out m WHERE m.id = p.id AND day BETWEEN '1994-03-01' AND '1994-03-30'), 0) * 2
   < coalesce((SELECT sum(amount) FROM paid_out m WHERE m.id = p.id AND day BETWEEN '1994-01-30' AND '1994-02-28'), 0)
   AND (SELECT count(*) FROM paid_out m WHERE m.id = p.id AND day BETWEEN '1994-01-30' AND '1994-02-28') >= 3 AS answer FROM person p;
