#!/bin/sh
# Make the clips in clips/: a colour, a counter of seconds, a bar that crosses the picture,
# and a short beep a second. They are committed; this is only for changing them. It needs
# ffmpeg with libvpx-vp9 and libopus, and any font.
set -eu
cd "$(dirname "$0")"
mkdir -p clips

# clip NAME SECONDS HEIGHT COLOUR COLOUR WORDS
clip() {
    name=$1 seconds=$2 h=$3 from=$4 to=$5 words=$6
    w=$((h * 16 / 9))
    still="gradients=s=${w}x$h:r=10:c0=$from:c1=$to:nb_colors=2:x0=0:y0=0:x1=$w:y1=$h:seed=1"
    counter="drawtext=text='%{eif\:t\:d}':fontcolor=white:fontsize=h/2.4:x=(w-tw)/2:y=h*0.24"
    title="drawtext=text='$words':fontcolor=white@0.85:fontsize=h/13:x=(w-tw)/2:y=h*0.72"
    # The still picture is one frame, repeated; one thread and no stamps, so that the same
    # ffmpeg writes the same bytes each time.
    ffmpeg -hide_banner -loglevel error -y \
        -f lavfi -i "$still" \
        -f lavfi -i "color=white:s=$((w / 80))x$((h / 12)):r=10" \
        -f lavfi -i "sine=frequency=880:sample_rate=48000" \
        -filter_complex "
            [0]trim=end_frame=1,loop=loop=-1:size=1,setpts=N/10/TB,$counter,$title[back];
            [back][1]overlay=x='W*t/$seconds':y=H-h[picture];
            [2]volume='if(lt(mod(t,1),0.06),0.3,0)':eval=frame[sound]" \
        -map '[picture]' -map '[sound]' -t "$seconds" \
        -c:v libvpx-vp9 -crf 40 -b:v 0 -deadline good -cpu-used 1 -threads 1 -g 50 \
        -pix_fmt yuv420p -c:a libopus -b:a 8k -ac 1 -application audio \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
        "clips/$name.webm"
}

clip lighthouse-360p 30 360 0x0f2a4a 0x2a7f9e 'The Lighthouse'
clip lighthouse-180p 30 180 0x0f2a4a 0x2a7f9e 'The Lighthouse 180p'
clip orchard-360p 20 360 0x12402c 0x6f9a3d 'The Orchard'
clip orchard-180p 20 180 0x12402c 0x6f9a3d 'The Orchard 180p'
clip channel-360p 20 360 0x3a1650 0x9a3f7a 'Channel One'
clip channel-180p 20 180 0x3a1650 0x9a3f7a 'Channel One 180p'
clip soap 6 360 0x8a4b00 0xe0a000 'Fresh Soap'
clip coffee 10 360 0x5a1a12 0xc0563a 'Hillside Coffee'
