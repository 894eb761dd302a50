#include "mail/picture.h"

#include <png.h>
#include <string.h>
#include <turbojpeg.h>

enum {
	DRAWN_PIXELS = 16 * 1000 * 1000, /* of a PNG before it is made smaller */
};

void
picture_clear(Picture *picture)
{
	g_clear_pointer(&picture->grey, g_free);
}

static bool
fits(size_t width, size_t height, size_t pixels)
{
	return width > 0 && height > 0 && width <= pixels / height;
}

/* The mean of each square of @side pixels. */
static void
shrink(Picture *picture, unsigned side)
{
	unsigned width = picture->width / side;
	unsigned height = picture->height / side;

	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++) {
			unsigned sum = 0;

			for (unsigned i = 0; i < side * side; i++)
				sum += picture->grey[((size_t)y * side + i / side) *
						picture->width +
					(size_t)x * side + i % side];
			/* In place: no square lies before the pixel that it becomes. */
			picture->grey[(size_t)y * width + x] = (guint8)(sum / (side * side));
		}
	}
	picture->width = width;
	picture->height = height;
}

/* ---- PNG ---- */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(png_image, png_image_free)

static bool
read_png(Picture *picture, const void *bytes, size_t length, size_t pixels)
{
	/* What is transparent stands on a reader's white. */
	static const png_color white = { 255, 255, 255 };
	g_auto(png_image) image = { .version = PNG_IMAGE_VERSION };
	unsigned side = 1;

	if (!png_image_begin_read_from_memory(&image, bytes, length))
		return false;
	picture->large = !fits(image.width, image.height, DRAWN_PIXELS);
	if (picture->large)
		return false;
	image.format = PNG_FORMAT_GRAY;
	picture->width = image.width;
	picture->height = image.height;
	picture->grey = g_malloc((size_t)image.width * image.height);
	if (!png_image_finish_read(&image, &white, picture->grey, 0, NULL))
		return false;
	while (side <= MIN(image.width, image.height) &&
		!fits(image.width / side, image.height / side, pixels))
		side++;
	if (side > 1)
		shrink(picture, side);
	return picture->width > 0 && picture->height > 0;
}

/* ---- JPEG ---- */

static void
end_decompress(tjhandle *handle)
{
	if (*handle)
		tjDestroy(*handle);
}
typedef tjhandle Decompressor;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decompressor, end_decompress)

/* The largest size that fits: JPEG is made smaller while it is decoded. */
static bool
choose_size(Picture *picture, int width, int height, size_t pixels)
{
	int count = 0;
	const tjscalingfactor *factors = tjGetScalingFactors(&count);

	for (int i = 0; factors && i < count; i++) {
		unsigned scaled = (unsigned)TJSCALED(width, factors[i]);

		if (factors[i].num > factors[i].denom || scaled <= picture->width ||
			!fits(scaled, (size_t)TJSCALED(height, factors[i]), pixels))
			continue;
		picture->width = scaled;
		picture->height = (unsigned)TJSCALED(height, factors[i]);
	}
	return picture->width > 0;
}

static bool
read_jpeg(Picture *picture, const void *bytes, size_t length, size_t pixels)
{
	g_auto(Decompressor) handle = tjInitDecompress();
	int width = 0;
	int height = 0;
	int sampling = 0;
	int colours = 0;

	if (!handle ||
		tjDecompressHeader3(handle, bytes, length, &width, &height, &sampling, &colours) !=
			0 ||
		width <= 0 || height <= 0 || width > G_MAXUINT16 || height > G_MAXUINT16)
		return false;
	picture->large = !choose_size(picture, width, height, pixels);
	if (picture->large)
		return false;
	picture->grey = g_malloc((size_t)picture->width * picture->height);
	/* A damaged file is drawn as far as it goes, as readers do. */
	return tjDecompress2(handle, bytes, length, picture->grey, (int)picture->width, 0,
		       (int)picture->height, TJPF_GRAY, TJFLAG_LIMITSCANS) == 0 ||
		tjGetErrorCode(handle) == TJERR_WARNING;
}

/* ---- either ---- */

static bool
is_png(const void *head, size_t length)
{
	return length >= 8 && memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static bool
is_jpeg(const void *head, size_t length)
{
	return length >= 3 && memcmp(head, "\xff\xd8\xff", 3) == 0;
}

bool
picture_knows(const char *head, size_t length)
{
	return is_png(head, length) || is_jpeg(head, length);
}

bool
picture_read(Picture *picture, const void *bytes, size_t length, size_t pixels)
{
	if (is_png(bytes, length))
		return read_png(picture, bytes, length, pixels);
	return is_jpeg(bytes, length) && read_jpeg(picture, bytes, length, pixels);
}
