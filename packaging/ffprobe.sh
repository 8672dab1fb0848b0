#!/usr/bin/env bash
# Builds a static ffprobe of what movies come in: containers and codecs, nothing that writes, filters or talks to a
# network. The daemon asks it for media facts; in the image there is no other one.
#
#   packaging/ffprobe.sh OUTPUT       needs musl-gcc (musl-tools), make, curl, xz; takes a minute or two
#
# FFMPEG_SOURCE=FILE takes the source from there; its checksum must be the same.
set -euo pipefail
cd "$(dirname "$0")/.."

version=7.1.5
sha256=de668509caf9e35e3cd162473441fdb29538c6d96ed080292b3cf9e6fc5d558f
mirrors=(
    "https://ffmpeg.org/releases/ffmpeg-$version.tar.xz"
    "https://deb.debian.org/debian/pool/main/f/ffmpeg/ffmpeg_$version.orig.tar.xz"
    "http://deb.debian.org/debian/pool/main/f/ffmpeg/ffmpeg_$version.orig.tar.xz"
    "http://deb.debian.org/debian-security/pool/updates/main/f/ffmpeg/ffmpeg_$version.orig.tar.xz"
)

output=$(realpath -m "${1:?where to write ffprobe to}")
folder="$PWD/target/image/ffmpeg-$version"
archive="$PWD/target/image/ffmpeg-$version.tar.xz"
# What decides how it comes out: the version and all options.
key=$(sed -n '/^version=/p; /^demuxers=/,$p' "$0" | sha256sum | cut -c1-16)
made="$PWD/target/image/ffprobe-$version-$key"
mkdir -p "$(dirname "$output")" "$PWD/target/image"
if [ -x "$made" ]; then
    cp "$made" "$output"
    cp "$made.licence" "$output.licence"
    exit 0
fi

has_checksum() { echo "$sha256  $1" | sha256sum --check --status 2>/dev/null; }
if [ -n "${FFMPEG_SOURCE:-}" ]; then cp "$FFMPEG_SOURCE" "$archive"; fi
if ! has_checksum "$archive"; then
    for mirror in "${mirrors[@]}"; do
        curl --fail --silent --show-error --location --retry 2 --connect-timeout 10 -o "$archive" "$mirror" || continue
        if has_checksum "$archive"; then break; fi
        echo "$mirror gave another file than ffmpeg $version; trying the next" >&2
    done
fi
if ! has_checksum "$archive"; then
    echo "the source of ffmpeg $version could not be fetched: put it somewhere and set FFMPEG_SOURCE to it" >&2
    exit 1
fi
rm -rf "$folder"
mkdir "$folder"
tar -C "$folder" --strip-components=1 -xf "$archive"

demuxers=matroska,mov,avi,mpegts,mpegtsraw,mpegps,mpegvideo,m4v,h264,hevc,av1,ivf,asf,flv,live_flv,ogg,rm,wtv,nut
video=h264,hevc,av1,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4v3,h263,h263i,vc1,wmv1,wmv2,wmv3
video+=,vp6,vp6f,vp8,vp9,theora,flv,mjpeg,rv10,rv20,rv30,rv40,ffv1
audio=aac,aac_latm,ac3,eac3,dca,truehd,mlp,flac,alac,vorbis,mp1,mp2,mp3,wmav1,wmav2,wmapro,cook,ra_144,ra_288,wavpack
audio+=,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_u8,pcm_f32le,pcm_bluray,pcm_dvd,adpcm_ms,adpcm_ima_wav
subtitles=subrip,ass,webvtt,movtext,pgssub,dvdsub,dvbsub

cd "$folder"
# Not `--enable-small`: it leaves the names of profiles out, and "DTS-HD MA" is one. No assembler: it would be one more
# program to install, and few frames are read. No zlib: only compressed subtitles need it, whose languages stand outside
# of what is compressed.
./configure \
    --cc=musl-gcc --extra-ldflags=-static \
    --enable-static --disable-shared --disable-debug --optflags=-Os --disable-x86asm --disable-autodetect \
    --disable-doc --disable-network --disable-ffmpeg --disable-ffplay --enable-ffprobe \
    --disable-avdevice --disable-avfilter --disable-swscale --disable-swresample --disable-postproc \
    --disable-everything --enable-protocol=file --enable-parsers \
    --enable-demuxer="$demuxers" --enable-decoder="$video,$audio,$subtitles" \
    --prefix=/usr >configure.log
make -j"$(nproc)" ffprobe >make.log 2>&1 || {
    tail -n 30 make.log >&2
    exit 1
}
strip ffprobe
cp ffprobe "$made"
cp COPYING.LGPLv2.1 "$made.licence"
cp "$made" "$output"
cp "$made.licence" "$output.licence"
rm -rf "$folder"
