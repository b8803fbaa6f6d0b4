-- question: The three years in which most of the people of Prague were born
-- report: report r where region = "Prague" per birth_date by year { n: count  order by n desc  top 3 }
-- 报表: 报表 r 其中 大区 = "Prague" 每个 出生日期 按年 { n：次数 排序 n 降序 前 3 }
-- row: 1954|20
-- row: 1951|18
-- row: 1961|18
SELECT strftime('%Y', born), count(*) AS n FROM person WHERE region = 'Prague' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3;
