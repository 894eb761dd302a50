/* pdf_stream.h - the streams of a PDF, decoded (ISO 32000-1, 7.4); private to mail/ */
#ifndef MAIL_PDF_STREAM_H
#define MAIL_PDF_STREAM_H

#include "mail/inside.h"

typedef enum {
	PDF_FLATE,
	PDF_HEX,
	PDF_BASE85,
	PDF_JPEG,  /* the data is a JPEG file: nothing to decode */
	PDF_OTHER, /* none of what is decoded here */
} PdfFilter;

enum {
	PDF_MAX_FILTERS = 4,
};

/* The filter of that name, whole or short. */
PdfFilter pdf_filter(const char *name);

/* What @count @filters, the first first, make of the bytes, paid for with
 * inside_take(); NULL when one of them can't be undone or there is nothing. */
GByteArray *pdf_decode(
	Inside *inside, const guint8 *bytes, size_t length, const PdfFilter *filters, size_t count);

#endif
