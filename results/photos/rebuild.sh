#!/bin/sh
# Makes the captioner of photographs again: in about two and a half hours on two quiet CPU cores with bfloat16.
#
#   sh results/photos/rebuild.sh DATA RUNS
#
# DATA holds flickr8k/, coco2017/, coco_extra/ and coco_text/, RUNS becomes the folder of checkpoints, features and
# logs (10 GB). Needs the extra `offline`. A stage that was stopped goes on by captionkit resume --checkpoint .../last.pt
set -eu
data=$1 runs=$2
sets="--captions $data/flickr8k/dataset_flickr8k.json --data_root $data/flickr8k
      --captions $data/coco2017/dataset_coco.json --data_root $data/coco2017
      --captions $data/coco_extra/dataset_extra.json --data_root $data/coco_extra"
model="--backbone efficientnet_lite1 --image_size 288 --tap trunk2_head
       --width 256 --feed_forward 1024 --encoder_layers 3 --decoder_layers 3 --dropout 0.2"

captionkit pretrain --text "$data/coco_text/captions_restval.tsv" $model --epochs 2 --num_workers 0 \
    --save_dir "$runs/pretrain"

captionkit train --start "$runs/pretrain/best_model.pt" $sets $model --cache_features --cache_views 3 \
    --consensus 1 --weight_decay 0.1 --word_dropout 0.1 --epochs 7 --num_workers 0 --save_dir "$runs/train"

captionkit scst --checkpoint "$runs/train/best_model.pt" --cache_features --cache_views 3 --epochs 4 \
    --num_workers 0 --save_dir "$runs/scst"

python results/photos/pack.py "$runs/scst/best_model.pt" "$data/coco_text/captions_restval.tsv"
