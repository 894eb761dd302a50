# certificates.sh - an authority of the test's own, and a server's certificate: source it
#
# In the folder one is in: ca.pem vouches for cert.pem, of key.pem, which names "localhost" alone.
make_certificates() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj '/CN=the test itself' -keyout ca.key -out ca.pem
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
		-keyout key.pem -out request.pem
	echo 'subjectAltName=DNS:localhost' >names
	openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
		-extfile names -out cert.pem
}
