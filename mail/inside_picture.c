/* inside_picture.c - pictures: the QR codes in them */
#include <zbar.h>

#include "mail/inside.h"
#include "mail/picture.h"
#include "mail/text.h"

enum {
	MAX_PIXELS = 4 * 1000 * 1000, /* of one picture */
	MIN_SIDE = 21,                /* modules of the smallest code: what is smaller has none */
	MAX_CODES = 20,               /* of one picture */
	GREY = 0x30303859,            /* "Y800": zbar's name for a byte of grey a pixel */
};

typedef zbar_image_scanner_t Scanner;
typedef zbar_image_t Image;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scanner, zbar_image_scanner_destroy)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Image, zbar_image_destroy)

static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length)
{
	return picture_knows(head, length);
}

/* A telephone offers to open whatever address stands there; other contents are
 * shown to it. */
static void
read_code(Inside *inside, const InsideFile *file, const zbar_symbol_t *symbol)
{
	g_autofree char *text =
		text_utf8(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
	g_autofree char *where = g_strdup_printf("%s, QR code", file->where);

	inside_note(inside, "QR code: %s", text);
	inside_scan(inside, text, LINK_QR, where);
}

static void
scan(Inside *inside, const InsideFile *file, const Picture *picture)
{
	g_autoptr(Scanner) scanner = zbar_image_scanner_create();
	g_autoptr(Image) image = zbar_image_create();
	const zbar_symbol_t *symbol;

	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* Light on dark is read by telephones too. */
	zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_TEST_INVERTED, 1);
	zbar_image_set_format(image, GREY);
	zbar_image_set_size(image, picture->width, picture->height);
	zbar_image_set_data(
		image, picture->grey, (unsigned long)picture->width * picture->height, NULL);
	zbar_scan_image(scanner, image);
	symbol = zbar_image_first_symbol(image);
	for (int i = 0; symbol && i < MAX_CODES; i++) {
		read_code(inside, file, symbol);
		symbol = zbar_symbol_next(symbol);
	}
}

static void
read_picture(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const void *bytes = g_bytes_get_data(file->bytes, &length);
	g_auto(Picture) picture = { 0 };

	if (!picture_read(&picture, bytes, length, MAX_PIXELS)) {
		if (picture.large)
			inside_flag(inside, ATTACHMENT_LIMIT, "too large a picture to be searched");
		return;
	}
	if (picture.width < MIN_SIDE || picture.height < MIN_SIDE ||
		!inside_take_pixels(inside, (size_t)picture.width * picture.height))
		return;
	scan(inside, file, &picture);
}

extern const InsideReader inside_picture;
const InsideReader inside_picture = {
	.name = "picture",
	.knows = knows,
	.read = read_picture,
};
