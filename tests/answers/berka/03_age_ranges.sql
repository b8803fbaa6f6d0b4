-- question: The young and the old: 18 up to but not 25, or 60 and over
-- filter: age in (18..<25, 60..)
-- 筛选: 年龄 属于 (18..<25, 60..)
-- yes: 1507
-- no: 3862
-- unknown: 0
-- sum of ids: 4463995
SELECT p.id, ((strftime('%Y','1994-03-30') - strftime('%Y',born) - (strftime('%m-%d','1994-03-30') < strftime('%m-%d',born))) >= 18 AND (strftime('%Y','1994-03-30') - strftime('%Y',born) - (strftime('%m-%d','1994-03-30') < strftime('%m-%d',born))) < 25) OR (strftime('%Y','1994-03-30') - strftime('%Y',born) - (strftime('%m-%d','1994-03-30') < strftime('%m-%d',born))) >= 60 AS answer FROM person p;
