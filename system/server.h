/* server.h - a server as people write it: HOST or HOST:PORT */
#ifndef SYSTEM_SERVER_H
#define SYSTEM_SERVER_H

typedef enum {
	SERVER_GOOD,
	SERVER_BAD_FORM,
	SERVER_BAD_PORT, /* no number from 1 to 65535 */
} ServerForm;

/* Reads @text, whose HOST is a name, an address, or an IPv6 address in brackets, into *host,
 * yours; *port stays as it is where none is named.  What is not good fills nothing. */
ServerForm server_read(const char *text, char **host, int *port);

#endif
