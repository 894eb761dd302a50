/* dmarc.h - whether what was authenticated is the domain that From shows
 *
 * Identifier alignment, relaxed (RFC 7489 section 3.1).  Only trusted results and
 * signatures verified here count.  Nothing is asked of the DNS, so there is no policy
 * to fail: a trusted server may have said that one did.
 */
#ifndef MAIL_DMARC_H
#define MAIL_DMARC_H

#include <stdint.h>

typedef struct Message Message;

typedef enum {
	ALIGNED_BY_DKIM = 1 << 0,
	ALIGNED_BY_SPF = 1 << 1,
	ALIGNED_BY_DMARC = 1 << 2, /* a trusted server says so, whatever it found it by */
} Alignment;

/* What vouches for the domain in From; 0 when nothing does, and when several From
 * fields stand there, as readers differ on which one they show. */
uint32_t dmarc_alignment(const Message *message);

/* "aligned with shop.example by DKIM and SPF", "not aligned with shop.example: DKIM of
 * a.example, SPF of b.example".  Yours. */
char *dmarc_text(const Message *message);

#endif
