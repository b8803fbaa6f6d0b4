-- question: Prices by the month
-- report: report r over purchase per at by month { middle: median(price)  high: cut(price, 99%)  above: count(purchase where price > high)  mean: avg(price) }
-- row: 2010-12|2.1|14.95|218|3.1325
-- row: 2011-01|1.95|15.684|213|3.1544
-- row: 2011-02|1.95|14.95|165|3.1709
SELECT m.month, m.middle, m.high, sum(b.price > m.high), money_mean(CAST(round(b.price * 1000) AS INTEGER) * 0.1)
FROM bought b JOIN (SELECT substr(day, 1, 7) AS month, median(price) AS middle, cut(price, 0.99) AS high FROM bought GROUP BY 1) m ON m.month = substr(b.day, 1, 7)
GROUP BY m.month ORDER BY m.month;
