-- question: No movement of money for 60 days; unknown for those who never had one
-- filter: days since last(debit).at >= 60
-- 筛选: 距今天数(最近（出账）.时间) >= 60
-- yes: 1
-- no: 1107
-- unknown: 4261
-- sum of ids: 3117
SELECT p.id, (SELECT julianday('1994-03-30') - julianday(max(day)) FROM paid_out m WHERE m.id = p.id) >= 60 AS answer FROM person p;
