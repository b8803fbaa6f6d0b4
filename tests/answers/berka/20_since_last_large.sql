-- question: A payment of 20,000 or more in 90 days and no income since
-- filter: any(debit where amount >= 20k, last 90 days) and count(credit, since last(debit where amount >= 20k).at) = 0
-- 筛选: 有（出账 其中 金额 >= 2万，近90天） 且 次数（入账，自 最近（出账 其中 金额 >= 2万）.时间 起） = 0
-- yes: 80
-- no: 5289
-- unknown: 0
-- sum of ids: 331515
SELECT p.id, EXISTS (SELECT 1 FROM paid_out m WHERE m.id = p.id AND amount >= 2000000 AND day >= '1993-12-31' AND day <= '1994-03-30')
   AND (SELECT CASE WHEN big.day IS NULL THEN NULL ELSE (SELECT count(*) FROM paid_in c WHERE c.id = p.id AND c.day >= big.day) = 0 END
        FROM (SELECT max(day) AS day FROM paid_out m WHERE m.id = p.id AND amount >= 2000000) big) AS answer FROM person p;
