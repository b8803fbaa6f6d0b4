-- question: Gold cards by the end of 1998, of customers under 40
-- filter: last(card_issued).card = gold and age < 40
-- 筛选: 最近（发卡）.卡种 = 金卡 且 年龄 < 40
-- as of: 1998-12-31
-- yes: 37
-- no: 3530
-- unknown: 1802
-- sum of ids: 129666
SELECT p.id, (SELECT card FROM issued c WHERE c.id = p.id ORDER BY day DESC LIMIT 1) = 'gold' AND (strftime('%Y','1998-12-31') - strftime('%Y',born) - (strftime('%m-%d','1998-12-31') < strftime('%m-%d',born))) < 40 AS answer FROM person p;
