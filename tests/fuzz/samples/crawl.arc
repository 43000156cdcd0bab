filedesc://crawl.arc 0.0.0.0 20240502100000 text/plain 70
1 0 made-up
URL IP-address Archive-date Content-type Archive-length

https://courier.example/a 192.0.2.1 20240502100000 text/html 252
HTTP/1.1 200 OK
Content-Type: text/html

<html><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1><p>The ferry sailed again on Monday after nine weeks in dock, the harbour master of Ostrel said.</p></article></body></html>
