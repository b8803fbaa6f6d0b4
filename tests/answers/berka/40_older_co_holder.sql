-- question: Whose co-holder is older
-- filter: any co_holder (birth_date < self.birth_date)
-- 筛选: 任一 共同持有人（出生日期 < 本人.出生日期）
-- yes: 869
-- no: 4500
-- unknown: 0
-- sum of ids: 2819157
SELECT p.id, EXISTS (SELECT 1 FROM shares s JOIN client o ON o.client_id = s.other JOIN client c ON c.client_id = s.id
   WHERE s.id = p.id AND substr(o.birth_number, 1, 2) || printf('%02d', CAST(substr(o.birth_number, 3, 2) AS INTEGER) % 50) || substr(o.birth_number, 5, 2)
     < substr(c.birth_number, 1, 2) || printf('%02d', CAST(substr(c.birth_number, 3, 2) AS INTEGER) % 50) || substr(c.birth_number, 5, 2)) AS answer FROM person p;
