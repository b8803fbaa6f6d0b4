-- question: Those who first bought in a month: how many bought in the last 90 days
-- report: report r per cohort: first(purchase).at by month { n: count  back: count(customer where any(purchase, last 90 days))  part: round(100 * back / n, 1) }
-- row: 1997-01|781|82|10.5
-- row: 1997-02|857|125|14.6
-- row: 1997-03|719|92|12.8
SELECT substr(first, 1, 7), count(*), sum(last >= date('1998-06-30', '-89 days')), round(100.0 * sum(last >= date('1998-06-30', '-89 days')) / count(*), 1) FROM person GROUP BY 1 ORDER BY 1;
