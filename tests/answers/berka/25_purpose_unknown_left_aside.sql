-- question: Payments for something else than the household: those without a purpose are left aside
-- filter: count(debit where purpose != household, last 90 days) >= 4
-- 筛选: 次数（出账 其中 用途 != 家用，近90天） >= 4
-- yes: 140
-- no: 5229
-- unknown: 0
-- sum of ids: 631793
SELECT p.id, (SELECT count(*) FROM paid_out m WHERE m.id = p.id AND symbol <> 'SIPO' AND day >= '1993-12-31' AND day <= '1994-03-30') >= 4 AS answer FROM person p;
