-- question: Three standing orders or more, one of them to the bank QR
-- filter: count(standing_order) >= 3 and pays_to_bank contains "QR"
-- 筛选: 次数（定期转账） >= 3 且 付款银行 包含 "QR"
-- yes: 173
-- no: 5196
-- unknown: 0
-- sum of ids: 732120
SELECT p.id, (SELECT count(*) FROM ordered o WHERE o.id = p.id) >= 3 AND EXISTS (SELECT 1 FROM ordered o WHERE o.id = p.id AND bank = 'QR') AS answer FROM person p;
