-- question: The last balance is 50,000 or more and nothing was paid out by hand for 30 days; the order within a day is the number of the transaction
-- filter: last(credit).balance >= 50k and none(debit where operation != to_bank, last 30 days)
-- 筛选: 最近（入账）.余额 不低于 5万 且 无（出账 其中 方式 != 转出他行，近30天）
-- yes: 5
-- no: 1224
-- unknown: 4140
-- sum of ids: 7768
SELECT p.id, (SELECT balance FROM paid_in m WHERE m.id = p.id ORDER BY day DESC, number DESC LIMIT 1) >= 5000000
   AND NOT EXISTS (SELECT 1 FROM paid_out m WHERE m.id = p.id AND operation <> 'PREVOD NA UCET' AND day BETWEEN '1994-03-01' AND '1994-03-30') AS answer FROM person p;
