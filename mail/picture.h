/* picture.h - a PNG or JPEG file as grey pixels; private to mail/, built with QR only */
#ifndef MAIL_PICTURE_H
#define MAIL_PICTURE_H

#include <glib.h>
#include <stdbool.h>

typedef struct Picture {
	unsigned width, height;
	guint8 *grey; /* width x height bytes */
	bool large;   /* too large to be drawn, even smaller: there is no .grey */
} Picture;

void picture_clear(Picture *picture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Picture, picture_clear)

bool picture_knows(const char *head, size_t length);

/* False when it can't be drawn; what does not fit in @pixels is made smaller. */
bool picture_read(Picture *picture, const void *bytes, size_t length, size_t pixels);

#endif
