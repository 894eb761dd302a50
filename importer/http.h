/* http.h - the server's side of HTTP for clients that bring something (RFC 9110, RFC 9112):
 * each POST comes in whole, and waits for one answer
 *
 * libmicrohttpd speaks the protocol, without threads.  A request that is none of these (another
 * method, too large, nobody's friend) is answered here and never seen.
 */
#ifndef IMPORTER_HTTP_H
#define IMPORTER_HTTP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "importer/budget.h"

enum {
	HTTP_MAX_HEADER = 1024 * 1024, /* bytes of a request's line and fields */
};

typedef enum {
	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_UNAUTHORIZED = 401,
	HTTP_FORBIDDEN = 403,
	HTTP_NO_METHOD = 405,
	HTTP_TOO_LARGE = 413,
	HTTP_NO_MEDIA = 415,
	HTTP_NOT_FOR_US = 422,
	HTTP_LATER = 503, /* with Retry-After */
} HttpStatus;

typedef struct HttpRules {
	unsigned clients;  /* at once; others wait to be heard */
	unsigned patience; /* seconds that a client may be silent in a request */
	unsigned longest;  /* seconds for one request, however it drips */
	size_t largest;    /* bytes of a body */
	Budget *budget;    /* of all bodies that are not taken yet; borrowed */
	const char *login; /* "USER:PASSWORD" (RFC 7617) that all must give; NULL: none */
} HttpRules;

typedef struct HttpServer HttpServer;
typedef struct HttpPost HttpPost;

/* Hears who comes to @listener, a socket that stays the caller's.  NULL: it can't. */
HttpServer *http_server_new(int listener, const HttpRules *rules);
/* Who still waits is told to come later. */
void http_server_free(HttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpServer, http_server_free)

/* To poll for reading. */
int http_server_descriptor(const HttpServer *server);
/* Does all there is to do, without waiting. */
void http_server_run(HttpServer *server);
/* Why a request was refused that was never seen, each once, a constant; NULL: none.  Of many at
 * once not all are told. */
const char *http_server_refusal(HttpServer *server);
/* Sends away who takes too long; to be called now and then. */
void http_server_sweep(HttpServer *server);

/* The request that came whole first, and was not given yet; NULL: none.  It lives until it is
 * answered. */
HttpPost *http_server_next(HttpServer *server);
/* The value of field @name, any case, and how often it stands there; NULL: it does not.  A
 * value ends with its first NUL. */
const char *http_post_field(const HttpPost *post, const char *name, unsigned *count);
/* The body, byte for byte, once; yours. */
GBytes *http_post_take(HttpPost *post);
/* Once.  @text is a constant: one line, without its end. */
void http_post_answer(HttpPost *post, HttpStatus status, const char *text);

#endif
